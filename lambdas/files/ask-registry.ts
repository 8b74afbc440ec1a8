import { Refused } from '../http/refused';

/** Runs a call of the registry. Its failure is an answer of its own and never "not found". */
export async function ask<Value>(call: Promise<Value>): Promise<Value> {
  try {
    return await call;
  } catch (error) {
    throw new Refused('registry-failed', {}, error);
  }
}
