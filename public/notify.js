// Opens what a notification is of (src/platform/notify.rs), in a page of the app that is open already if there is one. Part of
// the service worker. A page is told the way and goes it itself, as by a link: what is being typed in it is kept as a draft.
async function openNotified(path) {
  const pages = await self.clients.matchAll({ type: 'window' });
  const page = pages.find(({ focused }) => focused) ?? pages[0];
  if (!page) return self.clients.openWindow(at(path));
  page.postMessage({ type: 'open', path });
  return page.focus();
}

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(openNotified(event.notification.data));
});
