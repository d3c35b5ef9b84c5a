// Only browsers without modules run this: the sentence for them stands in index.html already.
document.getElementById('boot-failure').hidden = false;
document.getElementById('boot-retry').hidden = true;
