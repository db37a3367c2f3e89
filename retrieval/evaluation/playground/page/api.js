// Talks to the playground's server.

async function call(path, body) {
  const options = body && {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  };
  const response = await fetch(`/api/${path}`, options);
  const content = await response.json();
  if (!response.ok) throw new Error(content.error ?? `status ${response.status}`);
  return content;
}

export const tuning = () => call("tuning");
export const look = (question, changes) => call("look", { question, ...changes });
export const label = (question, place) => call("label", { question, ...place });
export const unlabel = (question, place) => call("unlabel", { question, ...place });
