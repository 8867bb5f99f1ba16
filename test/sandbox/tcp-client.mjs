/** Sends a text to a TCP server and prints what comes back; without a text it waits. usage: HOST PORT [TEXT] */
import { connect } from 'node:net'

const [host, port, text] = process.argv.slice(2)
const socket = connect(Number(port), host, () => text && socket.write(text))
socket.setTimeout(5_000, () => socket.destroy())
socket.on('error', (error) => console.log(error.message))
socket.pipe(process.stdout)
