// expect: path/traversal = true
import express, { Request, Response } from 'express';
import fs from 'fs';
const router = express.Router();

router.post('/x', async (req: Request, res: Response): Promise<void> => {
  await fs.promises.unlink('./uploads/' + req.body.name);
  res.end();
});

export default router;
