// Takes what another app shares with this one (share_target in manifest.json), with or without a network, and keeps it until
// the import page asks for it (src/platform/files.rs). Part of the service worker.
async function keepShared(request) {
  const form = await request.formData();
  const files = form.getAll('file').filter((file) => file instanceof File && file.size > 0);
  const texts = ['title', 'text'].map((name) => form.get(name)).filter(Boolean);
  const what = new Blob(files.length > 0 ? files : [texts.join('\n')]);
  if (what.size > 0) {
    const headers = { 'x-name': encodeURIComponent(files[0]?.name ?? 'Shared text') };
    await (await caches.open('outpost-shared')).put('/import', new Response(what, { headers }));
  }
  return Response.redirect(at('import?shared'), 303);
}

self.addEventListener('fetch', (event) => {
  const { method, url } = event.request;
  if (method === 'POST' && url.split('?')[0] === at('import')) event.respondWith(keepShared(event.request));
});
