// Makers' own libraries as judges: each line of stdin is a case, each line of stdout what its judge says of it.
//
// A case is {judge, task, method, url, headers, body, secret, now}: names of headers in lower case, the body as text,
// now in milliseconds. To the task "accepts" the answer is {said: true or false}, to "makes" it is {said: {header: …}},
// to "load", which costs the time that some libraries do not give a signature, {}. {error: text} is none of them: the
// library failed, which is a failure of the test and no refusal.

import { createInterface } from "node:readline";

const load = async (name) => {
  const module = await import(name);
  return { ...module.default, ...module };
};

// Whether a check passes; what it throws is a refusal only if its text says so in the library's words.
const holds = async (refusal, check) => {
  try {
    await check();
    return true;
  } catch (error) {
    if (refusal.test(error.message)) return false;
    throw error;
  }
};

const JUDGES = {
  contentful: {
    from: "@contentful/node-apps-toolkit",
    async accepts({ verifyRequest }, { method, url, headers, body, secret }) {
      const path = url.slice(new URL(url).origin.length);
      return holds(/expired/i, () => verifyRequest(secret, { method, path, headers, body })
        || Promise.reject(new Error("expired or not signed so")));
    },
    async makes({ signRequest }, { method, url, body, secret, now }) {
      return signRequest(secret, { method, path: url.slice(new URL(url).origin.length), headers: {}, body }, now);
    },
  },
  discord: {
    from: "discord-interactions",
    async accepts({ verifyKey }, { headers, body, secret }) {
      return verifyKey(body, headers["x-signature-ed25519"], headers["x-signature-timestamp"], secret);
    },
  },
  github: {
    from: "@octokit/webhooks-methods",
    async accepts({ verify }, { headers, body, secret }) {
      return verify(secret, body, headers["x-hub-signature-256"]);
    },
    async makes({ sign }, { body, secret }) {
      return { "X-Hub-Signature-256": await sign(secret, body) };
    },
  },
  hygraph: {
    from: "@hygraph/utils",
    async accepts({ verifyWebhookSignature }, { headers, body, secret }) {
      return verifyWebhookSignature({ rawPayload: body, signature: headers["gcms-signature"], secret });
    },
    async makes({ generateWebhookSignature }, { body, secret }) {
      return { "gcms-signature": generateWebhookSignature({ rawPayload: body, secret }) };
    },
  },
  line: {
    from: "@line/bot-sdk",
    async accepts({ validateSignature }, { headers, body, secret }) {
      return validateSignature(body, secret, headers["x-line-signature"]);
    },
  },
  linear: {
    from: "@linear/sdk/webhooks",
    async accepts({ LinearWebhookClient }, { headers, body, secret }) {
      const client = new LinearWebhookClient(secret);
      return holds(/^Invalid webhook/, () => client.verify(Buffer.from(body), headers["linear-signature"]));
    },
  },
  liveblocks: {
    from: "@liveblocks/node",
    async accepts({ WebhookHandler }, { headers, body, secret }) {
      const handler = new WebhookHandler(secret);
      return holds(/^Invalid signature|^Timestamp too old/, () => handler.verifyRequest({ headers, rawBody: body }));
    },
  },
  mux: {
    from: "@mux/mux-node",
    async accepts({ Mux }, { headers, body, secret }) {
      const { webhooks } = new Mux({ tokenId: "i", tokenSecret: "s" });
      return holds(/^No signatures found|too old$/, () => webhooks.verifySignature(body, headers, secret));
    },
  },
  onfido: {
    from: "@onfido/api",
    async accepts({ WebhookEventVerifier }, { headers, body, secret }) {
      const verifier = new WebhookEventVerifier(secret);
      return holds(/^Invalid signature/, () => verifier.readPayload(body, headers["x-sha2-signature"]));
    },
  },
  "paddle-billing": {
    from: "@paddle/paddle-node-sdk",
    async accepts({ Paddle }, { headers, body, secret }) {
      return new Paddle("k").webhooks.isSignatureValid(body, secret, headers["paddle-signature"]);
    },
  },
  sanity: {
    from: "@sanity/webhook",
    async accepts({ isValidSignature }, { headers, body, secret }) {
      return isValidSignature(body, headers["sanity-webhook-signature"], secret);
    },
    async makes({ encodeSignatureHeader }, { body, secret, now }) {
      return { "sanity-webhook-signature": await encodeSignatureHeader(body, now, secret) };
    },
  },
  shopify: {
    from: "@shopify/shopify-api",
    async accepts({ shopifyApi, ApiVersion }, { method, url, headers, body, secret }) {
      await import("@shopify/shopify-api/adapters/web-api");
      const told = {
        apiKey: "k", apiSecretKey: secret, hostName: "example.com", isEmbeddedApp: true, scopes: [],
        apiVersion: Object.values(ApiVersion)[0], logger: { log: () => {} },
      };
      const prefix = "shopify-hmac-sha256" in headers ? "shopify-" : "x-shopify-";
      const asked = { "shop-domain": "a.myshopify.com", "api-version": "2025-01", topic: "orders/create", "webhook-id": "1",
        "event-id": "1", handle: "h", action: "a", "resource-id": "1", "triggered-at": "2025-01-01T00:00:00Z" };
      const unsigned = Object.fromEntries(Object.entries(asked).map(([name, value]) => [prefix + name, value]));
      const rawRequest = new Request(url, { method, headers: { ...unsigned, ...headers }, body });
      const found = await shopifyApi(told).webhooks.validate({ rawBody: body, rawRequest });
      if (!found.valid && found.reason !== "invalid_hmac") throw new Error(JSON.stringify(found));
      return found.valid;
    },
  },
  svix: {
    from: "svix",
    async accepts({ Webhook }, { headers, body, secret }) {
      return holds(/^No matching signature|too old$/, () => new Webhook(secret).verify(body, headers));
    },
    async makes({ Webhook }, { body, secret, now }) {
      const moment = new Date(now);
      const signature = new Webhook(secret).sign("msg_1", moment, body);
      return { "svix-id": "msg_1", "svix-timestamp": String(Math.floor(now / 1000)), "svix-signature": signature };
    },
  },
  webflow: {
    from: "webflow-api",
    async accepts({ WebflowClient }, { headers, body, secret }) {
      return new WebflowClient({ accessToken: "t" }).webhooks.verifySignature({ headers, body, secret });
    },
  },
  workos: {
    from: "@workos-inc/node",
    // It takes the parsed payload and writes it anew.
    async accepts({ WorkOS }, { headers, body, secret }) {
      const { webhooks } = new WorkOS("k");
      const told = { payload: JSON.parse(body), sigHeader: headers["workos-signature"], secret };
      return holds(/does not match|outside the tolerance/, () => webhooks.verifyHeader(told));
    },
    async makes({ WorkOS }, { body, secret, now }) {
      const signature = await new WorkOS("k").webhooks.computeSignature(now, JSON.parse(body), secret);
      return { "WorkOS-Signature": `t=${now}, v1=${signature}` };
    },
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { judge, task, ...told } = JSON.parse(line);
  let answer;
  try {
    const library = await load(JUDGES[judge].from);
    answer = task === "load" ? {} : { said: await JUDGES[judge][task](library, told) };
  } catch (error) {
    answer = { error: String(error?.stack ?? error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
