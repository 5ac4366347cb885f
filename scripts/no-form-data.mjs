/** Stands in the bundle for the global FormData: no body of this program is one. */
export const NoFormData = function NoFormData() {};
