import { existsSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type { MarkdownOptions } from 'vitepress'

type Configure = NonNullable<MarkdownOptions['config']>

/**
 * Links of the repository as links of the site: a README is the page of its folder, and so is a link to
 * the folder itself. What is no page (a licence, a source file) keeps its words and loses its link.
 */
export function sameFolderLinks(root: string): Configure {
  return md => {
    md.core.ruler.push('repository-links', ({ tokens, env }) => {
      const page = join(root, env.relativePath ?? '')
      const folder = dirname(env.path ?? page)
      for (const { children } of tokens) {
        const open: boolean[] = []
        for (const token of children ?? []) {
          if (token.type === 'link_open') {
            const href = String(token.attrGet('href'))
            const link = linkOf(href, folder)
            open.push(link !== null)
            if (link === null)
              Object.assign(token, { type: 'text', tag: '', content: '', nesting: 0 })
            else token.attrSet('href', link)
          } else if (token.type === 'link_close' && open.pop() === false) {
            Object.assign(token, { type: 'text', tag: '', content: '', nesting: 0 })
          }
        }
      }
    })
  }
}

/** Where a link of a page in `folder` leads on the site; `null` where there is no page. */
function linkOf(href: string, folder: string): string | null {
  if (/^[a-z]+:|^#|^\//i.test(href)) return href
  const [path = '', anchor = ''] = href.split(/(?=#)/)
  const target = join(folder, path)
  if (existsSync(target) && statSync(target).isDirectory()) {
    return existsSync(join(target, 'README.md'))
      ? `${slashed(relative(folder, target))}${anchor}`
      : null
  }
  if (path.endsWith('README.md')) return `${slashed(relative(folder, dirname(target)))}${anchor}`
  // A page that is missing stays a link, for the build to find.
  return path.endsWith('.md') ? href : null
}

function slashed(path: string): string {
  return path === '' ? './' : `${path.startsWith('.') ? path : `./${path}`}/`
}
