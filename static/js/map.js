// Swaps a drawn map for one that moves and zooms, when asked to.
(() => {
  const load = (address) =>
    new Promise((resolve, reject) => {
      const script = Object.assign(document.createElement("script"), { src: address, onload: resolve, onerror: reject });
      document.head.append(script);
    });

  const open = async (map) => {
    const { leaflet, leafletCss, outline } = map.dataset;
    document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: leafletCss }));
    const [land] = await Promise.all([fetch(outline).then((answer) => answer.json()), load(leaflet)]);
    const drawing = map.querySelector(".map-drawing");
    const live = Object.assign(document.createElement("div"), { className: "map-live" });
    const links = [...drawing.querySelectorAll("a[data-lat]")];
    live.setAttribute("role", "group");
    live.setAttribute("aria-label", drawing.getAttribute("aria-label"));
    drawing.replaceWith(live);
    map.querySelector("[data-map-open]").remove();

    const view = L.map(live, { minZoom: 3, maxZoom: 9, attributionControl: false });
    L.geoJSON(land, { className: "map-land", interactive: false, style: { weight: 1, fillOpacity: 1 } }).addTo(view);
    const places = links.map((link) => {
      const at = [Number(link.dataset.lat), Number(link.dataset.lon)];
      const label = document.createElement("a");
      label.href = link.getAttribute("href");
      label.textContent = link.dataset.name;
      return L.circleMarker(at, { radius: 9, className: "map-pin", fillOpacity: 1 }).bindPopup(label).addTo(view);
    });
    if (places.length) view.fitBounds(L.featureGroup(places).getBounds().pad(0.3), { maxZoom: 6 });
    else view.setView([56, 11], 4);
  };

  document.addEventListener("click", (event) => {
    const map = event.target.closest("[data-map-open]")?.closest("[data-map]");
    if (map) open(map);
  });
})();
