/** Starts `vipctl lsp` for VS Code, and shows the places that its lenses lead to. */
const { commands, Uri, window, workspace } = require('vscode')
const { LanguageClient } = require('vscode-languageclient/node')

const SHOW_REFERENCES = 'vipctl.showReferences'
const START_SETTINGS = ['vipctl.path', 'vipctl.args']

/** Languages of manifests; extensions for Helm have one of their own. */
const LANGUAGES = ['yaml', 'json', 'helm']

let client

async function start() {
  const settings = workspace.getConfiguration('vipctl')
  const program = { command: settings.get('path', 'vipctl'), args: ['lsp', ...settings.get('args', [])] }
  client = new LanguageClient('vipctl', 'vipctl', program, {
    documentSelector: ['file', 'untitled'].flatMap((scheme) => LANGUAGES.map((language) => ({ scheme, language }))),
    initializationOptions: { commands: [SHOW_REFERENCES] },
  })
  try {
    await client.start()
  } catch (error) {
    const found = await window.showErrorMessage(
      `vipctl does not start: ${error.message}. Install it, or set vipctl.path.`,
      'Open settings',
    )
    if (found) await commands.executeCommand('workbench.action.openSettings', 'vipctl.path')
  }
}

async function restart() {
  await client?.stop().catch(() => undefined)
  await start()
}

/** The server knows places as the protocol writes them. */
function showReferences(uri, position, locations) {
  const converter = client.protocol2CodeConverter
  return commands.executeCommand(
    'editor.action.showReferences',
    Uri.parse(uri),
    converter.asPosition(position),
    locations.map((location) => converter.asLocation(location)),
  )
}

exports.activate = async ({ subscriptions }) => {
  subscriptions.push(
    commands.registerCommand(SHOW_REFERENCES, showReferences),
    commands.registerCommand('vipctl.restart', restart),
    workspace.onDidChangeConfiguration(async (event) => {
      if (START_SETTINGS.some((setting) => event.affectsConfiguration(setting))) await restart()
    }),
  )
  await start()
}

exports.deactivate = () => client?.stop()
