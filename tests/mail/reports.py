"""Messages as mail servers write them when a letter comes back, or its reader complains."""

from email import policy
from email.message import EmailMessage

LETTER = """\
Return-Path: <{sender}>
From: Labmatch <letters@labmatch.example>
To: anna@firm.example
Subject: An invitation

Words.
"""


def report(kind: str, to: str, parts: list[tuple[str, str]]) -> bytes:
    """A multipart/report to this address, of these content types and texts."""
    boundary = "=_report"
    lines = [
        "From: MAILER-DAEMON@mx.firm.example (Mail Delivery System)",
        f"To: {to}",
        "Subject: Undelivered Mail Returned to Sender",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/report; report-type={kind}; boundary="{boundary}"',
        "",
        "This is a MIME-encapsulated message.",
    ]
    for content_type, text in parts:
        lines += [f"--{boundary}", f"Content-Type: {content_type}", "", text]
    return "\r\n".join([*lines, f"--{boundary}--", ""]).replace("\r\n", "\n").encode()


def dsn(
    to: str,
    *,
    recipient: str = "anna@firm.example",
    action: str = "failed",
    status: str = "5.1.1",
    original: str = "",
) -> bytes:
    fields = [
        "Reporting-MTA: dns; mx.firm.example",
        "Arrival-Date: Thu, 26 Nov 2026 09:00:00 +0000",
        "",
        f"Final-Recipient: rfc822; {recipient}",
        *([f"Original-Recipient: rfc822;{original}"] if original else []),
        f"Action: {action}",
        f"Status: {status}",
        "Diagnostic-Code: smtp; 550 <someone> User unknown",
    ]
    return report(
        "delivery-status",
        to,
        [
            ("text/plain; charset=us-ascii", "I'm sorry to have to tell you that it failed.\n"),
            ("message/delivery-status", "\n".join([*fields, ""])),
            ("message/rfc822", LETTER.format(sender=to)),
        ],
    )


def complaint(to: str, *, sender: str = "", kind: str = "abuse") -> bytes:
    fields = [
        f"Feedback-Type: {kind}",
        "User-Agent: SomeGenerator/1.0",
        "Version: 1",
        *([f"Original-Mail-From: <{sender}>"] if sender else []),
        "Original-Rcpt-To: <redacted@firm.example>",
    ]
    return report(
        "feedback-report",
        to,
        [
            ("text/plain; charset=us-ascii", "This is an email abuse report.\n"),
            ("message/feedback-report", "\n".join([*fields, ""])),
            ("message/rfc822", LETTER.format(sender=sender)),
        ],
    )


def away(to: str) -> bytes:
    """Somebody is on holiday."""
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = "Anna <anna@firm.example>"
    message["To"] = to
    message["Subject"] = "Out of office: An invitation"
    message["Auto-Submitted"] = "auto-replied"
    message.set_content("I am away until Monday. 5.1.1 is our room number. Action: failed")
    return bytes(message)
