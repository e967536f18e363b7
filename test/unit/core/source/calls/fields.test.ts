/** Structure members that carry a tag. */
import { test } from 'node:test';
import { checkSource } from '../annotated';

test('registration arrays: positional rows, the end marker, designated members', () =>
  checkSource(`
#define CTX_TAG 'derF'
const FLT_CONTEXT_REGISTRATION Contexts[] = {
    { FLT_STREAM_CONTEXT, 0, Cleanup, sizeof(CTX), CTX_TAG },
//                                                 ^^^^^^^ Fred (bind)
    { .ContextType = FLT_FILE_CONTEXT, .PoolTag = 'treB' },
//                                      ^^^^^^^   ~~~~~~ Bert (bind)
    { FLT_CONTEXT_END }
};
`));

test('assignments, by the declared type of the object', () =>
  checkSource(`
void f(PNET_BUFFER_POOL_PARAMETERS Given, PMINE Own) {
    NET_BUFFER_LIST_POOL_PARAMETERS parameters;
    WDF_DRIVER_CONFIG config;
    parameters.PoolTag = 'derF';
//             ^^^^^^^ Fred (bind)
    Given->PoolTag = 'treB';
//         ^^^^^^^   ~~~~~~ Bert (bind)
    Own->PoolTag = 'oelC';
    config.DriverPoolTag = 0;
}
`));
