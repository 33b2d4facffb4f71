// The token against forged requests of a form. A form that the phone kept has none and asks for one, and so does one whose
// session has ended.

const PATIENCE = 10_000; // milliseconds; what waits for this is not kept yet

/** The token of `form`, asked for `anew` when the session of the old one has ended; "" while there is none to be had. */
export async function csrfOf(form, anew = false) {
  const field = form.querySelector("input[name$=csrf_token]");
  const at = form.dataset.tokenAt ?? form.querySelector("[data-token-at]")?.dataset.tokenAt;
  if (field && (anew || !field.value) && at) field.value = (await asked(at)).token || field.value;
  return field?.value || "";
}

/** Renew the token of `form` and ask which of these pictures the server still has: their tokens; null without an answer. */
export async function standing(form, tokens) {
  const { token, pictures } = await asked(`${form.dataset.tokenAt}?${new URLSearchParams(tokens.map((one) => ["picture", one]))}`);
  if (!token) return null;
  form.querySelector("input[name$=csrf_token]").value = token;
  return pictures;
}

async function asked(address) {
  try {
    const answer = await fetch(address, { headers: { Accept: "application/json" }, cache: "no-store", signal: AbortSignal.timeout?.(PATIENCE) });
    return answer.ok ? await answer.json() : {};
  } catch {
    return {}; // asked for again when it is needed again
  }
}
