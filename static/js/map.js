// Swaps a drawn map for one that moves and zooms, when asked to.
(() => {
  const load = (tag, attributes) =>
    new Promise((resolve, reject) => {
      const part = document.createElement(tag);
      document.head.append(Object.assign(part, attributes, { onload: resolve, onerror: reject }));
    });

  const open = async (map) => {
    const { leaflet, leafletHash, leafletCss, leafletCssHash, outline, zoomIn, zoomOut } = map.dataset;
    const [land] = await Promise.all([
      fetch(outline).then((answer) => answer.json()),
      load("link", { rel: "stylesheet", href: leafletCss, integrity: leafletCssHash }),
      load("script", { src: leaflet, integrity: leafletHash }),
    ]);
    const drawing = map.querySelector(".map-drawing");
    const live = Object.assign(document.createElement("div"), { className: "map-live" });
    const links = [...drawing.querySelectorAll("a[data-lat]")];
    live.setAttribute("role", "group");
    live.setAttribute("aria-label", drawing.getAttribute("aria-label"));
    drawing.replaceWith(live);
    map.querySelector("[data-map-open]").remove();

    const place = (link) => [Number(link.dataset.lat), Number(link.dataset.lon)];
    const view = L.map(live, { minZoom: 3, maxZoom: 9, attributionControl: false, zoomControl: false });
    L.control.zoom({ zoomInTitle: zoomIn, zoomOutTitle: zoomOut }).addTo(view);
    if (links.length) view.fitBounds(L.latLngBounds(links.map(place)).pad(0.3), { maxZoom: 6 });
    else view.setView([56, 11], 4);
    L.geoJSON(land, { interactive: false, style: { className: "map-land", weight: 1, fillOpacity: 1 } }).addTo(view);
    for (const link of links) {
      const name = document.createElement("a");
      name.href = link.getAttribute("href");
      name.textContent = link.dataset.name;
      const pin = { radius: 9, className: "map-pin", fillOpacity: 1 };
      L.circleMarker(place(link), pin).bindPopup(name, { closeButton: false }).addTo(view);
    }
  };

  document.addEventListener("click", (event) => {
    const map = event.target.closest("[data-map-open]")?.closest("[data-map]");
    if (map) open(map);
  });
})();
