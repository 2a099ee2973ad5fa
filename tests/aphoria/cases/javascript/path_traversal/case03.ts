// expect: nothing
import express, { Request, Response } from 'express';
import fs from 'fs';
import path from 'path';
const router = express.Router();

router.post('/x', async (req: Request, res: Response): Promise<void> => {
  await fs.promises.unlink('./uploads/' + path.basename(req.body.name));
  res.end();
});

export default router;
