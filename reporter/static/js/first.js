// Runs before the page is drawn: says that JavaScript is there, so that nothing jumps.
document.documentElement.classList.replace("no-js", "js");
