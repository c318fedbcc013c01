// @ts-expect-error A script without types.
import { bundle } from '../scripts/bundle.mjs';

/** bin/pvefleet.js, which tests start, is to be the program as it is now. */
export default bundle as () => Promise<void>;
