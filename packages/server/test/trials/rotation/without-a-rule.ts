import {
  ColumnNode,
  ColumnUpdateNode,
  type KyselyPlugin,
  OperationNodeTransformer,
  type OperatorNode,
  ReferenceNode,
} from 'kysely'
import type { Setting } from './world.ts'

/**
 * Each takes one rule of rotation away, under the name of what is missing then. A story that finds
 * nothing wrong without one of them looks at the wrong things.
 */
export const withoutARule = {
  'the grace': { grace: 0 },
  'an end to the grace': changing({ read: { rotated_at: '9999-12-31T23:59:59.999Z' } }),
  'the comparison of generations in every write': changing({
    comparison: (column, operator) => operator === '=' && column === 'gen',
  }),
  'the proof that a token arrived': changing({ update: column => column === 'confirmed_gen' }),
  'the proof by the use of an access token': changing({
    update: (column, value) => column === 'confirmed_gen' && value === 'ValueNode',
  }),
  'the burning of what was never proven': changing({
    update: column => column === 'min_access_gen',
  }),
} satisfies Record<string, Setting>

/** Comparisons that are always true and columns that keep their value in every update, and what is read. */
function changing(chosen: {
  comparison?: (column: string, operator: string) => boolean
  update?: (column: string, valueKind: string) => boolean
  read?: Readonly<Record<string, string>>
}): Setting {
  const transformer = new (class extends OperationNodeTransformer {
    protected override transformBinaryOperation(
      ...[node, id]: Parameters<OperationNodeTransformer['transformBinaryOperation']>
    ) {
      const { leftOperand, operator, rightOperand } = super.transformBinaryOperation(node, id)
      const column =
        ReferenceNode.is(leftOperand) && ColumnNode.is(leftOperand.column)
          ? leftOperand.column.column.name
          : ''
      const sign = operator as OperatorNode
      const isChosen = chosen.comparison?.(column, sign.operator) === true
      return { ...node, leftOperand, operator, rightOperand: isChosen ? leftOperand : rightOperand }
    }

    protected override transformColumnUpdate(
      ...[node, id]: Parameters<OperationNodeTransformer['transformColumnUpdate']>
    ) {
      const update = super.transformColumnUpdate(node, id)
      const { column, value } = update
      if (!ColumnNode.is(column)) return update
      const isChosen = chosen.update?.(column.column.name, value.kind) === true
      return isChosen ? ColumnUpdateNode.create(column, column) : update
    }
  })()
  const plugin: KyselyPlugin = {
    transformQuery: ({ node, queryId }) =>
      node.kind === 'UpdateQueryNode' ? transformer.transformNode(node, queryId) : node,
    transformResult: async ({ result }) => ({
      ...result,
      rows: result.rows.map(row => ({ ...row, ...chosen.read })),
    }),
  }
  return { change: database => ({ ...database, kysely: database.kysely.withPlugin(plugin) }) }
}
