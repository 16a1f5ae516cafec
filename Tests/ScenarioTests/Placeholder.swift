// The first scenario replaces this file.
