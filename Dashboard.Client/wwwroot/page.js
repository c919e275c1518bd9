// Charts and terminals watch data-theme to redraw in the new colours.
export function show(theme, rows) {
  document.documentElement.dataset.theme = theme;
  document.documentElement.dataset.rows = rows;
}

/** Scrolls to what the address names after its #, which was not there yet when the browser looked. */
export function reveal() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target) target.scrollIntoView();
}
