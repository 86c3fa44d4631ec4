import { Auth, HTTPException } from '@langchain/langgraph-sdk/auth'

/** In force with langgraph.with-key.json only. */
export const auth = new Auth().authenticate(async (request) => {
  if (request.headers.get('x-api-key') !== process.env.FIXTURE_KEY) throw new HTTPException(401, { message: 'Invalid API key' })
  return { identity: 'tester', permissions: [] }
})
