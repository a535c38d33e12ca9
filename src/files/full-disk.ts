/** What a file system says where nothing more may be written, and what an error of git or SQLite says then. */
const FULL = /ENOSPC|EDQUOT|No space left|Disk quota exceeded|disk is full/i;

/** Whether an error says that a disk is full, or somebody's part of it. */
export const saysFull = (text: string): boolean => FULL.test(text);
