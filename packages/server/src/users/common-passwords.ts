/**
 * Whether a password is one that every guessing list begins with. Such lists are a few hundred words
 * with the same few endings, walks over the keyboard, and repetitions; so is this test, and it knows the
 * endings that are yet to come.
 */
export function isCommonPassword(password: string): boolean {
  const plain = password.toLowerCase()
  if (new Set(plain).size < 3 || isRepetition(plain) || isWalk(plain)) return true
  return stems(plain).some(stem => words.has(stem) || words.has(plainLetters(stem)))
}

/** The password as it is, and without the few digits and signs that people add when they must. */
function stems(plain: string): string[] {
  const end = plain.replace(/[^a-zñç]{1,6}$/, '')
  const start = plain.replace(/^[^a-zñç]{1,4}/, '')
  return [plain, end, start, end.replace(/^[^a-zñç]{1,4}/, '')]
}

const lookalikes: Readonly<Record<string, string>> = {
  '@': 'a',
  4: 'a',
  8: 'b',
  3: 'e',
  1: 'i',
  '!': 'i',
  0: 'o',
  $: 's',
  5: 's',
  7: 't',
}

const plainLetters = (stem: string): string =>
  stem.replace(/[@4831!0$57]/g, sign => lookalikes[sign] ?? sign)

/** `abcabcabc`, `12341234`, `passpass`; the last round may be cut short. */
function isRepetition(plain: string): boolean {
  for (let length = 1; length <= plain.length / 2; length++) {
    const round = plain.slice(0, length)
    if (length <= 6 && round.repeat(Math.ceil(plain.length / length)).startsWith(plain)) return true
  }
  return false
}

const rows = [
  '01234567890',
  '00112233445566778899',
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiop',
  'qwertzuiop',
  'azertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'yxcvbnm',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm',
  '1q2w3e4r5t6y7u8i9o0p',
  'q1w2e3r4t5y6u7i8o9p0',
  'qazwsxedcrfvtgbyhnujm',
  '!qaz@wsx#edc',
]
const walks = rows.flatMap(row => [row, [...row].reverse().join('')])

/** A password that is made of at most three walks along rows of keys, of three keys or more each. */
function isWalk(plain: string): boolean {
  let rest = plain
  for (let count = 0; count < 3 && rest !== ''; count++) {
    const steps = Math.max(...walks.map(walk => commonStart(rest, walk)))
    if (steps < 3) return false
    rest = rest.slice(steps)
  }
  return rest === ''
}

/** How far the text goes along a walk, wherever it steps onto it. */
function commonStart(text: string, walk: string): number {
  const from = walk.indexOf(text.charAt(0))
  if (from < 0) return 0
  let length = 0
  while (length < text.length && text[length] === walk[from + length]) length++
  return length
}

/** Words, names, teams, games and phrases of published lists, without digits. */
const words: ReadonlySet<string> = new Set(
  `password passwords passwort motdepasse contraseña contrasena wachtwoord senha parola haslo
  pass passw passwd passwor pa$$word letmein letmeinn letmein! welcome welcom bienvenue willkommen
  admin administrator adminadmin administrador root toor user username guest default changeme
  changeit secret secrets login loginlogin master access computer internet server service system
  support temp temppass tempo test tester testing testtest demo sample example qwerty qwert qwertz
  azerty asdf asdfgh asdfghjk zxcv zxcvbn zxcvbnm qazwsx iloveyou iloveu iloveme ilovegod
  loveme loveyou lovers lovely love trustno trustme nothing whatever whatsup anything everything
  something mypassword thepassword newpassword mypass newpass yourmom fuckyou fuckoff fuckme asshole
  bullshit biteme eatme blowme pussy bitch bastard dickhead motherfucker sunshine moonlight starlight
  rainbow rainbows summer winter spring autumn january february march april june july august
  september october november december monday tuesday wednesday thursday friday saturday sunday
  princess prince queen king angel angels babygirl babyboy baby sweety sweetie sweetheart
  sweetpea honey honeybee darling beautiful gorgeous handsome pretty cutie cupcake chocolate cookie
  cookies strawberry banana bananas cherry orange apple apples pumpkin butter cheese coffee pepper
  ginger sugar candy cocacola pepsi heineken guinness football baseball basketball softball
  volleyball hockey soccer tennis cricket rugby golfer golf swimming skater skateboard
  surfer runner winner champion legend superman batman spiderman ironman wolverine deadpool
  superstar superhero avengers marvel starwars startrek skywalker vader yoda jedi matrix
  terminator gandalf frodo hobbit legolas harrypotter hogwarts dumbledore voldemort
  gryffindor slytherin hermione pokemon pikachu charizard naruto sasuke sakura goku dragonball
  onepiece minecraft fortnite roblox warcraft starcraft callofduty counter counterstrike
  playstation nintendo mario luigi zelda sonic xbox gamer games dragon dragons monster
  monsters vampire zombie phoenix unicorn tiger tigers lion lions panther bulldog bulldogs
  bear bears eagle eagles falcon falcons hawk hawks raven ravens shark sharks dolphin
  dolphins monkey monkeys kitten kitty kittycat hellokitty puppy puppies doggie dogs cats horse
  horses butterfly ladybug spider scorpion mustang ferrari porsche mercedes corvette camaro
  toyota honda yamaha kawasaki suzuki harley harleydavidson chevrolet chevy nissan subaru bmw
  audi lamborghini yankees redsox cowboys steelers packers broncos raiders patriots dodgers
  lakers celtics bulls chelsea arsenal liverpool manchester manutd manunited barcelona realmadrid
  madrid juventus bayern milan everton tottenham celtic rangers benfica sporting porto
  america american canada mexico brazil england france germany italy spain russia london paris
  berlin newyork chicago boston dallas texas florida california houston denver detroit hollywood
  lasvegas michael jennifer jessica ashley amanda nicole michelle elizabeth alexander
  alexandra alexandre danielle daniela daniel matthew joshua anthony andrew robert thomas william
  charles charlie george patrick patricia richard christopher christian christina christine
  catherine katherine kathleen margaret victoria veronica samantha stephanie stephen steven
  brandon brittany jonathan jordan justin taylor tyler hannah heather isabella gabriel
  gabriela benjamin nathan nicholas natalie natasha vanessa valentina sebastian rebecca rachel
  maria mariana martin marina melissa monica joseph jasmine jackson johnson jackie james
  jason jeremy joanna john johnny edward eduardo fernando francisco frank freddy franklin
  carlos carolina caroline cameron barbara austin alberto alejandro alejandra adriana antonio
  andrea andreas anderson samsung samantha sandra sabrina scooter shadow silver simpson simpsons
  snoopy snowball snowman mickey mickeymouse minnie disney tinkerbell cinderella pooh garfield
  scoobydoo spongebob barbie dexter smokey bandit buster rocky rocket lucky maverick diamond
  crystal emerald sapphire purple yellow green black blackberry white silver golden goldfish
  red blue pink heaven hello hellohello helloworld goodbye goodluck google facebook twitter
  instagram youtube myspace linkedin microsoft windows linux apple iphone android samsung nokia
  blink metallica nirvana slipknot eminem tupac rockstar rocknroll guitar music musica dancer
  dance disco jesus jesuschrist christ jesusislord godisgood godislove jehovah blessed blessing
  faith freedom friend friends forever forget family mother mommy father daddy brother sister
  grandma grandpa marriage married single genius einstein scooby creative killer hunter hunting
  fishing fisher soldier ninja samurai warrior pirate pirates wizard magic magical mercury
  saturn jupiter galaxy universe planet earth ocean forest mountain river flower flowers
  sunflower rose roses daisy violet lavender jasmin trouble thunder lightning hurricane
  tornado storm snow fire fireman firefly marine marines police batman security private
  personal business company office manager money dollar dollars million millionaire rich
  casino poker lottery jackpot abc abcd abcde abcdef abcdefg abcdefgh aaa qqq zzz xxx asd qwe zxc
  qweasd qweasdzxc qwerasdf poiuytrewq mnbvcxz lkjhgfdsa database oracle mysql postgres cisco
  ubnt raspberry alpine vagrant docker jenkins tomcat manager weblogic`.split(/\s+/),
)
