/** Sends a unary message by gRPC in plain text, and prints the answer as JSON. usage: AUTHORITY PATH TEXT */
import { connect } from 'node:http2'

const [authority, path, text] = process.argv.slice(2)
const session = connect(`http://${authority}`)
const stream = session.request({
  ':method': 'POST',
  ':path': path,
  'content-type': 'application/grpc',
  te: 'trailers',
})
const message = Buffer.from(text)
const header = Buffer.alloc(5)
header.writeUInt32BE(message.length, 1)
stream.end(Buffer.concat([header, message]))

const chunks = []
let received
let status
stream.on('response', (headers) => {
  received = JSON.parse(headers['x-echo-received'])
})
stream.on('trailers', (trailers) => {
  status = trailers['grpc-status']
})
stream.on('data', (chunk) => chunks.push(chunk))
stream.on('end', () => {
  console.log(JSON.stringify({ ...received, status, message: Buffer.concat(chunks).toString('utf8', 5) }))
  session.close()
})
