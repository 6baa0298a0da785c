// Talks to the sandbox: what is shown, and what people do.

export async function act(name, fields) {
  const answer = await fetch(`/sandbox/${name}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(fields),
  });
  const body = await answer.json();
  if (!body.ok) throw new Error(body.description);
  return body.result;
}

export async function seen(person, since) {
  const query = new URLSearchParams({ person });
  if (since !== undefined) query.set("since", since);
  const answer = await fetch(`/sandbox/view?${query}`);
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}
