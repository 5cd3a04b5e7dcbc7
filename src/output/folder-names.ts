/** Folder of install values in the output. It is outside the folders that are applied to clusters. */
export const INSTALL_FOLDER = 'install';

/** Folders of the output that a cluster, or a chart of the user, cannot have. */
export const RESERVED_FOLDERS = [INSTALL_FOLDER, 'argocd', 'flux', 'cleanup'];
