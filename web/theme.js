// The theme script: applies the theme that was chosen in the settings, before
// anything is drawn. It is the only script that the page waits for.
//
// The server puts its values in place of the names in capitals.
self.applyTheme = () => {
  const chosen = (document.cookie.match(/(?:^|; )__COOKIE__=(light|dark)(?:;|$)/) || [])[1];
  if (chosen) document.documentElement.dataset.theme = chosen;
  else delete document.documentElement.dataset.theme;
  for (const meta of document.querySelectorAll("meta[name=theme-color]")) {
    const own = meta.dataset.theme;
    meta.media = chosen ? (own === chosen ? "all" : "not all") : "(prefers-color-scheme: " + own + ")";
  }
};
self.applyTheme();
