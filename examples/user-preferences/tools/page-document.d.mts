/** Opens a served page as a document in which its own scripts run. */
export function openPage(url: string): Promise<Window>;
