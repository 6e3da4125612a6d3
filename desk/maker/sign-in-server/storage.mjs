/**
 * What oidc-provider stores, in memory and forever: its own storage keeps a thousand rows, and a year of refreshes has more. The rows' ends
 * are oidc-provider's to check.
 */
export function createStorage() {
  const rows = new Map();
  const find = (model, is) => [...rows].find(([key, row]) => key.startsWith(`${model}:`) && is(row))?.[1];

  class Adapter {
    constructor(model) {
      this.model = model;
    }
    async upsert(id, row) {
      rows.set(`${this.model}:${id}`, row);
    }
    async find(id) {
      return rows.get(`${this.model}:${id}`);
    }
    async findByUid(uid) {
      return find(this.model, (row) => row.uid === uid);
    }
    async findByUserCode(userCode) {
      return find(this.model, (row) => row.userCode === userCode);
    }
    async consume(id) {
      const row = rows.get(`${this.model}:${id}`);
      if (row) row.consumed = Math.floor(Date.now() / 1000);
    }
    async destroy(id) {
      rows.delete(`${this.model}:${id}`);
    }
    async revokeByGrantId(grantId) {
      for (const [key, row] of rows) if (row.grantId === grantId) rows.delete(key);
    }
  }
  return { Adapter };
}
