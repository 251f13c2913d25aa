type Group = readonly [given: string, family: string];

/** Given and family names that go together, spaces between; each pair of lists is one tradition. */
const GROUPS: readonly Group[] = [
  [
    'María José Luisa Andrés Inés Joaquín Rocío Tomás Ximena',
    'Castañeda Ibáñez Peña Villalobos Quiñones Zúñiga Arroyo Fuentes',
  ],
  [
    'Aaliyah Marcus Denise Terrence Imani Darnell Keisha Reginald',
    'Washington Booker Freeman Gaines Holloway Pettway Broussard',
  ],
  ['Linh Minh Thảo Khoa Huyền Đức Bảo', 'Nguyễn Trần Phạm Lê Đặng Bùi'],
  [
    'Priya Arjun Lakshmi Vikram Ananya Rohan Meera Sanjay',
    'Raghavan Chatterjee Deshmukh Iyer Kulkarni Bhatt Menon',
  ],
  ['Wei Jing Haoran Mei Xiulan Jun Yating', 'Chen Liang Zhao Huang Lin Xu Tsai'],
  [
    'Katherine Daniel Megan Patrick Eileen Thomas Nora Sean',
    'Gallagher Whitcomb Doyle Brennan Sutherland Ashworth McAllister',
  ],
  ['Søren Ingrid Lars Åsa Bjørn Solveig', 'Halvorsen Lindqvist Østergaard Nygård Bergström'],
  ['Fatima Omar Layla Yusuf Noor Hassan Samira', 'Haddad Mansour El-Amin Rahimi Nasser Khoury'],
  ['Adaeze Chinedu Kwame Abena Folasade Tunde Zainab', 'Okonkwo Mensah Adeyemi Boateng Eze Diallo'],
  ['Agnieszka Piotr Zofia Tomasz Małgorzata Jakub', 'Kowalczyk Wójcik Zieliński Dąbrowska Nowak'],
  ['Ji-woo Min-jun Soo-jin Hyun Eun-ji', 'Park Kang Yoon Choi Seo'],
  ['Renée Étienne Céline Luc Aimée', 'Thibodeaux Fontenot Beauchêne Lacroix Guidry'],
  ['Leilani Kekoa Malia Sione Tevita', 'Kahananui Faleafa Tupou Akana'],
  ['Dakota Winona Joseph Ramona Delbert', 'Begay Tsosie Yellowhorse Whitehorse Nez'],
  ['Jürgen Anke Matthias Greta Klaus', 'Schäfer Köhler Weiß Brandt Vogel'],
  ['Araceli Danilo Marisol Rizalino Corazon', 'Dela_Cruz Manalo Bautista Santos Villanueva'],
  ['Giulia Marco Francesca Nicolò Chiara', 'Esposito Marchetti De_Luca Rinaldi Ferraro'],
  ['Rivka Ezra Miriam Avi Talia', 'Goldfarb Rosenthal Adler Mizrahi Stern'],
];

/** Every full name that the groups allow. */
export const FULL_NAMES: readonly string[] = GROUPS.flatMap(([given, family]) =>
  given.split(' ').flatMap((first) => family.split(' ').map((last) => `${first} ${last.replace('_', ' ')}`)),
);
