// Chinese words of the terminal.

export const terminalZh = {
  'terminal.label': '终端',
  'terminal.log': '输入过的命令及其结果',
  'terminal.input': '命令',
  'terminal.keys': '回车执行，Tab 补全，上下键找回输入过的命令，Esc 离开。',
  'terminal.empty': '集群旁边的一个 shell，带有 kubectl。它改变的一切，图里立刻可见。试试：',
  'terminal.stop': '停止',
  'terminal.clear': '清空',
  'terminal.running': '持续运行，直到你停止它',
  'terminal.standsStill': '时钟停着，这条命令在等它走。',
  'terminal.more': '引号或文档尚未结束，继续输入',
  'terminal.noCommand': '{{word}}：找不到命令。这里有 kubectl，还有 help 和 clear。',
  'terminal.outside': '{{word}}：这个 shell 在集群网络之外。请在 Pod 里运行：kubectl exec POD -- {{line}}',
  'terminal.help':
    'kubectl --help 列出全部命令。可以粘贴多行，也可以粘贴 <<EOF 与 EOF 之间的文档。-f manifests.yaml 读取编辑器里的文本。clear 清空窗口。',
  'terminal.broken': '这条命令遇到了 playground 自己的缺陷：{{message}}',
} as const
