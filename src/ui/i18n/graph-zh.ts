export const graphZh = {} as const
