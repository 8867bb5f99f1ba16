-- Neovim 0.11 or later. Copy this file to ~/.config/nvim/lsp/vipctl.lua and add to init.lua:
--   vim.lsp.enable('vipctl')
return {
  cmd = { 'vipctl', 'lsp' },
  filetypes = { 'yaml', 'json' },
  root_markers = { '.vipctl.yaml', '.vipctl.yml', '.git' },
  init_options = {
    -- istioVersion = '1.27',
    -- environment = 'prod',
    -- dnsCapture = 'true',
  },
}
