// Calls every method of gorsejs against a server and holds the answers to the types that the package declares.
// Arguments: the server's address, the folder with node_modules. Prints one line for each method; ends with 1 at the first surprise.
"use strict";
const assert = require("node:assert/strict");
const { createRequire } = require("node:module");
const [endpoint, folder] = process.argv.slice(2);
const { Gorse, GorseException } = createRequire(`${folder}/package.json`)("gorsejs");

const called = new Map();
const counting = (gorse) => new Proxy(gorse, {
  get(target, name) {
    const member = target[name];
    if (typeof member !== "function") return member;
    return (...options) => {
      called.set(name, (called.get(name) ?? 0) + 1);
      return member.apply(target, options);
    };
  },
});

const secret = "a key";
const client = counting(new Gorse({ endpoint, secret }));
// The types say that neighbours are ids; the Gorse API has answered with scores for long. This header asks for what the types say.
const typed = counting(new Gorse({ endpoint, secret }, { headers: { "X-API-Key": secret, "X-API-Version": "1" } }));

const isText = (value) => assert.equal(typeof value, "string");
const isTime = (value) => assert.ok(!Number.isNaN(Date.parse(value)), `${value} is no time`);
const isTexts = (values) => values.forEach(isText);
const isScores = (values) => values.forEach((value) => {
  assert.deepEqual(Object.keys(value), ["Id", "Score"]);
  isText(value.Id);
  assert.equal(typeof value.Score, "number");
});
const isFeedback = (row) => {
  [row.FeedbackType, row.UserId, row.ItemId].forEach(isText);
  isTime(row.Timestamp);
};
const isRefused = (call, code) => assert.rejects(call, (error) => error instanceof GorseException && error.code === code);

const time = "2022-08-07T00:26:46Z";
const row = (FeedbackType, UserId, ItemId) => ({ FeedbackType, UserId, ItemId, Timestamp: time });
const [red, blue] = ["red films", "blue"];
const item = (ItemId, Categories) => ({ ItemId, IsHidden: false, Categories, Timestamp: new Date(time), Labels: ["a", "b"], Comment: `The ${ItemId}` });

async function users() {
  assert.equal(await client.insertUser({ UserId: "ann", Labels: ["a", "b"], Comment: "first" }), 1);
  assert.equal(await client.insertUsers([{ UserId: "bob" }, { UserId: "cyd" }]), 2);
  assert.deepEqual(await client.getUser("ann"), { UserId: "ann", Labels: ["a", "b"], Comment: "first" });
  assert.equal(await client.updateUser("ann", { UserId: "ann", Comment: "second" }), 1);
  assert.deepEqual(await client.getUser("ann"), { UserId: "ann", Labels: ["a", "b"], Comment: "second" });
  const seen = [];
  for (let page = await client.getUsers({ n: 2 }); ; page = await client.getUsers({ n: 2, Cursor: page.Cursor })) {
    isText(page.Cursor);
    seen.push(...page.Users.map((user) => user.UserId));
    if (page.Cursor === "") break;
  }
  assert.deepEqual(seen, ["ann", "bob", "cyd"]);
  assert.equal(await client.deleteUser("cyd"), 1);
  await isRefused(client.getUser("cyd"), 404);
}

async function items() {
  assert.equal(await client.upsertItem(item("i1", [red])), 1);
  assert.equal(await client.upsertItems(["i2", "i3", "i4", "i5", "i6"].map((id) => item(id, [red]))), 5);
  assert.deepEqual(await client.getItem("i1"), { ...item("i1", [red]), Timestamp: time });
  assert.equal(await client.updateItem("i1", { Comment: "Changed" }), 1);
  assert.equal(await client.insertItemCategory("i1", blue), 1);
  assert.deepEqual((await client.getItem("i1")).Categories, [red, blue]);
  assert.equal(await client.deleteItemCategory("i1", blue), 1);
  assert.deepEqual(await client.getItem("i1"), { ...item("i1", [red]), Timestamp: time, Comment: "Changed" });
  const seen = [];
  for (let page = await client.getItems({ n: 4 }); ; page = await client.getItems({ n: 4, Cursor: page.Cursor })) {
    isText(page.Cursor);
    page.Items.forEach((entry) => { isTime(entry.Timestamp); assert.equal(typeof entry.IsHidden, "boolean"); });
    seen.push(...page.Items.map((entry) => entry.ItemId));
    if (page.Cursor === "") break;
  }
  assert.deepEqual(seen, ["i1", "i2", "i3", "i4", "i5", "i6"]);
  assert.equal(await client.upsertItem(item("gone", [])), 1);
  assert.equal(await client.deleteItem("gone"), 1);
  await isRefused(client.getItem("gone"), 404);
}

async function feedback() {
  const rows = [row("like", "ann", "i1"), row("read", "ann", "i2"), row("like", "bob", "i1"), row("like", "bob", "i2"), row("like", "bob", "i3")];
  assert.equal(await client.insertFeedbacks(rows), 5);
  assert.equal(await client.upsertFeedbacks([row("like", "ann", "i2")]), 1);
  const one = await client.getFeedback({ type: "like", userId: "ann", itemId: "i1" });
  isFeedback(one);
  assert.deepEqual([one.FeedbackType, one.UserId, one.ItemId, one.Timestamp], ["like", "ann", "i1", time]);
  const seen = [];
  for (let page = await client.getFeedbacks(undefined, { n: 2 }); ; page = await client.getFeedbacks(undefined, { n: 2, Cursor: page.Cursor })) {
    isText(page.Cursor);
    page.Feedbacks.forEach(isFeedback);
    assert.deepEqual(page.Feedback, page.Feedbacks);
    seen.push(...page.Feedbacks.map((entry) => `${entry.FeedbackType} ${entry.UserId} ${entry.ItemId}`));
    if (page.Cursor === "") break;
  }
  assert.deepEqual(seen.sort(), [...rows, row("like", "ann", "i2")].map((r) => `${r.FeedbackType} ${r.UserId} ${r.ItemId}`).sort());
  assert.deepEqual((await client.getFeedbacks("read")).Feedbacks.map((entry) => entry.ItemId), ["i2"]);
  const who = (entries) => { entries.forEach(isFeedback); return entries.map((entry) => `${entry.FeedbackType} ${entry.UserId}`).sort(); };
  assert.deepEqual(who(await client.getItemFeedback("i2")), ["like ann", "like bob", "read ann"]);
  assert.deepEqual(who(await client.getItemFeedbackByType("i2", "read")), ["read ann"]);
  assert.deepEqual(who(await client.getUserFeedback("ann")), ["like ann", "like ann", "read ann"]);
  assert.deepEqual(who(await client.getUserFeedbackByType("bob", "like")), ["like bob", "like bob", "like bob"]);
  const deleted = await client.deleteFeedback({ type: "read", userId: "ann", itemId: "i2" });
  isFeedback(deleted);
  assert.deepEqual([deleted.RowAffected, deleted.FeedbackType, deleted.ItemId], [1, "read", "i2"]);
  assert.deepEqual(who(await client.getItemFeedback("i2")), ["like ann", "like bob"]);
}

async function lists() {
  const unseen = ["i3", "i4", "i5", "i6"];
  const all = await client.getRecommend({ userId: "ann" });
  isTexts(all);
  assert.deepEqual([...all].sort(), unseen);
  assert.deepEqual(await client.getRecommend({ userId: "ann", category: red, cursorOptions: { n: 9, offset: 1 } }), all.slice(1));
  assert.deepEqual(await client.getRecommend({ userId: "ann", category: blue }), []);
  const shown = await client.getRecommend({ userId: "ann", writeBackType: "read", cursorOptions: { n: 1 } });
  const left = await client.getRecommend({ userId: "ann" });
  assert.deepEqual([...left, ...shown].sort(), unseen);
  const later = await client.getRecommend({ userId: "ann", writeBackType: "read", writeBackDelay: "24h", cursorOptions: { n: 1 } });
  assert.deepEqual((await client.getRecommend({ userId: "ann" })).includes(later[0]), true);
  const session = await client.getSessionRecommend([row("like", "somebody", "i1")], { category: red });
  isScores(session);
  assert.ok(session.length === 5 && session.every((entry) => entry.Id !== "i1"));
  const latest = await client.getLatest({ category: red, cursorOptions: { n: 3 } });
  isScores(latest);
  assert.deepEqual(latest.map((entry) => entry.Score), Array(3).fill(Date.parse(time) / 1000));
  const popular = await client.getPopular({ cursorOptions: { n: 3 } });
  isScores(popular);
  assert.ok(popular.length === 3 && ["i1", "i2"].includes(popular[0].Id));
  const items = await client.getItemNeighbors({ itemId: "i1", category: red, cursorOptions: { n: 2 } });
  isScores(items);
  const ids = await typed.getItemNeighbors({ itemId: "i1", category: red, cursorOptions: { n: 2 } });
  isTexts(ids);
  assert.deepEqual(ids, items.map((entry) => entry.Id));
  assert.equal(ids.length, 2);
  const neighbors = await client.getUserNeighbors({ userId: "ann" });
  isScores(neighbors);
  assert.deepEqual(neighbors.map((entry) => entry.Id), ["bob"]);
  assert.deepEqual(await typed.getUserNeighbors({ userId: "ann", cursorOptions: { n: 5 } }), ["bob"]);
}

(async () => {
  for (const part of [users, items, feedback, lists]) await part();
  const methods = Object.getOwnPropertyNames(Gorse.prototype).filter((name) => name !== "constructor").sort();
  methods.forEach((name) => console.log(`${name} ${called.get(name) ?? 0}`));
  assert.deepEqual([...called.keys()].sort(), methods);
})().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
