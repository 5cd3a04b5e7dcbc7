/** Where install values lie in the output folder, outside the folders that are applied to clusters. */
export const INSTALL_FOLDER = 'install';

/** Folders of the output that are no cluster's. */
export const RESERVED_FOLDERS = [INSTALL_FOLDER, 'argocd', 'flux', 'cleanup'];
