// The token against forged requests of a form. A form that the phone kept has none and asks for one.

/** The token of `form`; "" while it has none and the network is gone. */
export async function csrfOf(form) {
  const field = form.querySelector("input[name$=csrf_token]");
  if (field && !field.value && form.dataset.tokenAt) field.value = await asked(form.dataset.tokenAt);
  return field?.value || "";
}

async function asked(address) {
  try {
    const answer = await fetch(address, { headers: { Accept: "application/json" }, cache: "no-store" });
    return answer.ok ? (await answer.json()).token : "";
  } catch {
    return ""; // asked for again when it is needed again
  }
}
