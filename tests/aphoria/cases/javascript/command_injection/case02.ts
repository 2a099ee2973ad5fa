// expect: injection/command = true
import express, { Request, Response } from 'express';
import { exec } from 'child_process';
const router = express.Router();

router.post('/x', async (req: Request, res: Response): Promise<void> => {
  const name = (req.body.name as string).trim();
  exec(`tar cf ${name}.tar data`, () => res.end());
});

export default router;
