// Charts and terminals watch this attribute to redraw in the new colours.
export function show(theme) {
  document.documentElement.dataset.theme = theme;
}
