// expect: injection/sql = true
import express, { Request, Response } from 'express';
import { Pool } from 'pg';
const pool = new Pool();
const router = express.Router();

router.post('/x', async (req: Request, res: Response): Promise<void> => {
  const filter = req.body.filter ?? 'a';
  const sql = 'SELECT * FROM t WHERE name LIKE "%' + filter + '%"';
  res.json(await pool.query(sql));
});

export default router;
