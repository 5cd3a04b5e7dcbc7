/** Folder of install values in the output. It is outside the folders that are applied to clusters. */
export const INSTALL_FOLDER = 'install';

/** Folders of the output that a cluster cannot have. */
export const RESERVED_FOLDERS = [INSTALL_FOLDER, 'argocd', 'flux', 'cleanup'];
