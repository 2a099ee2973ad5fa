// expect: nothing
import express, { Request, Response } from 'express';
import { exec } from 'child_process';
const router = express.Router();

router.post('/x', async (req: Request, res: Response): Promise<void> => {
  const count = Number.parseInt(req.body.count, 10);
  exec(`head -n ${count} data.txt`, () => res.end());
});

export default router;
