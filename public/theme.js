// Sets the theme before the first paint, so that nothing flashes. Kept out of the bundle because it must run first.
;(function () {
  var theme = 'system'
  try {
    theme = JSON.parse(localStorage.getItem('service-playground/workspace') || '{}').theme
  } catch {
    // No storage, or nothing of ours in it: the system decides.
  }
  var dark = theme === 'dark' || (theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.theme = dark ? 'dark' : 'light'
})()
