// expect: nothing
import express, { Request, Response } from 'express';

const router = express.Router();

router.post('/x', async (req: Request, res: Response): Promise<void> => {
  res.redirect(303, '/done');
});

export default router;
