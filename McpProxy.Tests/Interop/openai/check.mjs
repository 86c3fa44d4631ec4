// OpenAI's own client against the server at OPENAI_BASE_URL, whose answers it must understand.
import assert from "node:assert/strict";
import OpenAI, { NotFoundError, BadRequestError } from "openai";

const client = new OpenAI({ apiKey: "none", maxRetries: 0 });

const models = (await client.models.list()).data.map((model) => model.id);
assert.deepEqual(models.slice(0, 2), ["echoAgent", "weatherAgent"]);
assert.equal((await client.models.retrieve("echoAgent")).owned_by, "sample");

const created = await client.responses.create({ model: "echoAgent", input: "hello" });
assert.equal(created.output_text, "echo: hello");
assert.equal(created.status, "completed");
assert.ok(created.usage.total_tokens > 0);
assert.equal((await client.responses.retrieve(created.id)).output_text, "echo: hello");

const events = [];
for await (const event of await client.responses.create({ model: "weatherAgent", input: "Paris", stream: true })) events.push(event);
assert.deepEqual(events.map((event) => event.sequence_number), events.map((_, index) => index));
assert.equal(events.at(0).type, "response.created");
assert.equal(events.at(-1).type, "response.completed");
assert.equal(events.filter((event) => event.type === "response.output_text.delta").map((event) => event.delta).join(""),
  "It is 21 degrees and sunny in Paris.");
assert.equal(events.at(-1).response.output[0].type, "mcp_call");

const gathered = await client.responses.stream({ model: "echoAgent", input: "again" }).finalResponse();
assert.equal(gathered.output_text, "echo: again");

const one = await client.responses.create({ model: "memoryAgent", input: "one" });
const two = await client.responses.create({ model: "memoryAgent", input: "two", previous_response_id: one.id });
assert.equal(two.output_text, "seen 2 user messages, last: two");

const conversation = await client.conversations.create({ metadata: { topic: "tests" } });
await client.responses.create({ model: "memoryAgent", input: "one", conversation: conversation.id });
const inConversation = await client.responses.create({ model: "memoryAgent", input: [{ role: "user", content: "two" }], conversation: conversation.id });
assert.equal(inConversation.output_text, "seen 2 user messages, last: two");
assert.equal(inConversation.conversation.id, conversation.id);
assert.equal((await client.conversations.retrieve(conversation.id)).metadata.topic, "tests");

const asked = await client.responses.create({ model: "approvalAgent", input: "deploy" });
assert.equal(asked.output[0].type, "mcp_approval_request");
const answer = { type: "mcp_approval_response", approval_request_id: asked.output[0].id, approve: true };
assert.equal((await client.responses.create({ model: "approvalAgent", input: [answer], previous_response_id: asked.id })).output_text, "done: deploy");

const begun = await client.responses.create({ model: "slowAgent", input: "count to 3", background: true });
assert.equal(begun.status, "queued");
const later = [];
for await (const event of await client.responses.retrieve(begun.id, { stream: true, starting_after: 1 })) later.push(event);
assert.equal(later[0].sequence_number, 2);
assert.equal(later.at(-1).response.output[0].content[0].text, "1 2 3");

const endless = await client.responses.create({ model: "slowAgent", input: "count to 1000", background: true });
assert.equal((await client.responses.cancel(endless.id)).status, "cancelled");
await client.responses.delete(endless.id);
await assert.rejects(client.responses.retrieve(endless.id), NotFoundError);
await assert.rejects(client.responses.cancel(created.id), BadRequestError);
await assert.rejects(client.responses.create({ model: "nobody", input: "hi" }), (error) => error.code === "model_not_found");

const chat = await client.chat.completions.create({ model: "echoAgent", messages: [{ role: "user", content: "hello" }] });
assert.equal(chat.choices[0].message.content, "echo: hello");
const chunks = [];
const options = { stream: true, stream_options: { include_usage: true } };
for await (const chunk of await client.chat.completions.create({ model: "echoAgent", messages: [{ role: "user", content: "hello" }], ...options })) chunks.push(chunk);
assert.equal(chunks.flatMap((chunk) => chunk.choices.map((choice) => choice.delta.content ?? "")).join(""), "echo: hello");
assert.ok(chunks.at(-1).usage.total_tokens > 0);
console.log("as OpenAI's");
