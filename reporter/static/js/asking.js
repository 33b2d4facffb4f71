// Asking the server for JSON.

/** What the server says as JSON; its refusals are thrown with their words, a lost network with none. */
export async function asked(url, values) {
  const address = new URL(url, window.location.href);
  for (const [name, value] of Object.entries(values)) address.searchParams.set(name, value);
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  const said = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(said.error), { said: said.error });
  return said;
}
