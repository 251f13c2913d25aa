/** Where a section of the sync page is: the fragment of its address. */
export const sectionId = (title: string): string => title.toLowerCase().replaceAll(' ', '-');
