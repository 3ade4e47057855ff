// The search of the copy: adds up the scores of copy-search-data.js, as the site does.
// No module and no request: browsers allow neither to a file on a disk.
"use strict";

const KbSearch = (() => {
  const data = window.KB_SEARCH;
  const LOCALES = ["fr", "en"];
  const SAME_SPELLING = 0.7;
  // What the score of a record of a typed day or month, or place, is multiplied by.
  const OF_DATE = 2.5;
  const OF_PLACE = 1.2;
  const stop = Object.fromEntries(
    LOCALES.map((each) => [each, new Set(data.stop[each])]),
  );
  const names = new Map(data.names);
  const longestName = Math.max(0, ...data.names.map(([name]) => name.split(" ").length));
  const ASKING = new Set(
    "contenir contient contiennent devrait devraient doit doivent existe existent faudrait trouve trouver veut voudrais contain contains exist exists find".split(" "),
  );

  const fold = (text) =>
    text
      .normalize("NFKD")
      .replace(/\p{M}/gu, "")
      .replace(/œ/g, "oe")
      .replace(/æ/g, "ae")
      .replace(/ß/g, "ss")
      .replace(/ø/g, "o");

  // The words of a query, as `indexer.analysis.tokens` finds them.
  const WORD =
    /(?<elision>(?<![\p{L}\d_])(?:[ldjmtsnc]|(?:jus|lors|puis|quoi|quel|pres)?qu|entr)'(?=[\p{L}\d]))|(?<number>(?<![\d,])\d{1,3}(?:[\u00a0\u202f,]\d{3})+(?![\d,]))|(?<code>(?<![\p{L}\d_])\p{L}{1,3}\d+(?:[.-]\d+)+(?![\p{L}\d_]))|(?<dotted>(?<![\p{L}\d_])(?:\p{L}\.){2,}(?:\p{L}(?![\p{L}\d_]))?)|(?<word>[\p{L}\d]+(?:['@\-\u2010\u2011][\p{L}\d]+)*)/giu;
  const PRONOUNS =
    /(?<!^rendez)(?:-t)?(?:-(?:ils?|elles?|je|tu|nous|vous|ce))+$|-t-on$|(?<=eut|oit|ait|end|erd)-on$/;

  function tokenize(text) {
    const tokens = [];
    const plain = text.replace(/[’ʼʹ´′＇]/g, "'").normalize("NFKC").toLowerCase();
    for (const { 0: found, groups } of plain.matchAll(WORD)) {
      if (groups.elision) continue;
      if (groups.number) tokens.push(found.replace(/[\s,]/g, ""));
      else if (groups.code) tokens.push(found.replace(/-/g, "."));
      else if (groups.dotted) tokens.push(found.replace(/\./g, ""));
      else tokens.push(...parts(found));
    }
    return tokens;
  }

  function parts(found) {
    const text = found.replace(PRONOUNS, "") || found;
    const all = text.split(/['@\-\u2010\u2011]/);
    const words = all.filter((each) => each && (each !== "s" || all.length === 1));
    if (words.length > 1 && !text.includes("'") && !/^\d/.test(text)) {
      words.push(text.replace(/[@\-\u2010\u2011]/g, ""));
    }
    return words;
  }

  // Scores by record or passage; each list is [gaps, scores].
  const decoded = new Map();
  function scores(term) {
    if (!decoded.has(term)) {
      const [locale, ...lists] = data.terms[term];
      const [recordIds, records, passageIds, passages] = lists;
      decoded.set(term, {
        locale,
        records: asMap(recordIds, records),
        passages: asMap(passageIds, passages),
      });
    }
    return decoded.get(term);
  }

  function asMap(gaps, values) {
    const map = new Map();
    let id = 0;
    gaps.forEach((gap, index) => {
      id += gap;
      map.set(id, values[index] / data.scale);
    });
    return map;
  }

  const NOTHING = { records: new Map(), passages: new Map() };

  // The best of several alternatives: [term, weight, isTranslation].
  function best(alternatives, reader) {
    const result = { records: new Map(), passages: new Map() };
    for (const [term, weight] of alternatives) {
      if (term < 0) continue;
      const one = scores(term);
      const factor = weight * (one.locale === reader ? 1 : data.otherLocale);
      for (const field of ["records", "passages"]) {
        for (const [id, score] of one[field]) {
          const before = result[field].get(id) ?? 0;
          if (score * factor > before) result[field].set(id, score * factor);
        }
      }
    }
    return result;
  }

  // The sum of several parts: records that match at least `count` of them.
  function sum(parts, count) {
    const result = { records: new Map(), passages: new Map() };
    const matched = new Map();
    for (const part of parts) {
      for (const [id, score] of part.records) {
        result.records.set(id, (result.records.get(id) ?? 0) + score);
        matched.set(id, (matched.get(id) ?? 0) + 1);
      }
      for (const [id, score] of part.passages) {
        result.passages.set(id, (result.passages.get(id) ?? 0) + score);
      }
    }
    for (const [id, number] of matched) if (number < count) result.records.delete(id);
    return result;
  }

  function max(one, other) {
    for (const field of ["records", "passages"]) {
      for (const [id, score] of other[field]) {
        if (score > (one[field].get(id) ?? 0)) one[field].set(id, score);
      }
    }
    return one;
  }

  const known = (word) => (Object.hasOwn(data.words, word) ? data.words[word] : null);
  const correct = new Set(data.correct.split(" "));

  // What is known of a word, or of another form of it.
  function entry(word) {
    const plain = fold(word);
    const singular = plain.replace(/(?<=...)(?:es|[sxe])$/, "");
    const forms = [word, plain, `${plain}s`, plain.replace(/(?<=...)[sxe]$/, "")];
    for (const form of [...forms, singular, `${singular}e`]) {
      const of = known(form);
      if (of) return of;
    }
    return null;
  }
  const languages = (of) => LOCALES.filter((_, index) => of[2] & (1 << index));
  const isStop = (word, locale) => stop[locale].has(fold(word));

  function language(words, reader) {
    const votes = { fr: 0, en: 0 };
    for (const word of words) {
      const stops = LOCALES.filter((each) => isStop(word, each));
      const of = entry(word);
      const all = stops.length ? stops : of ? languages(of) : [];
      if (all.length === 1) votes[all[0]] += 1;
    }
    if (votes.fr === votes.en) return reader;
    return votes.fr > votes.en ? "fr" : "en";
  }

  // The alternatives of a word: [term, weight, isTranslation].
  function alternatives(word, fallback) {
    const of = entry(word);
    if (!of) return [];
    const known = languages(of);
    const own = known.length === 1 ? known[0] : fallback;
    const index = LOCALES.indexOf(own);
    const equivalents = of[3 + index];
    if (!equivalents.length) {
      return [[of[0], 1, false], [of[1], 1, false]];
    }
    return [
      [of[index], 1, false],
      [of[1 - index], SAME_SPELLING, false],
      ...equivalents.map(([term, weight]) => [term, weight, of[1 - index] !== term]),
    ];
  }

  // Words, names of the glossary and compounds: each part with its other names.
  function grouped(atoms) {
    const groups = [];
    let words = [];
    for (const atom of atoms) {
      const last = atom.at(-1);
      if (atom.length > 2 && last === atom.slice(0, -1).join("")) {
        groups.push(...namedRuns(words));
        groups.push({ words: atom.slice(0, -1), whole: last, others: [] });
        words = [];
      } else words.push(...atom);
    }
    return [...groups, ...namedRuns(words)];
  }

  function namedRuns(words) {
    const groups = [];
    let start = 0;
    while (start < words.length) {
      let length = Math.min(longestName, words.length - start);
      let others = null;
      for (; length > 0 && !others; length -= 1) {
        others = named(words.slice(start, start + length));
        if (others) break;
      }
      const taken = others ? length : 1;
      groups.push({ words: words.slice(start, start + taken), others: others ?? [] });
      start += taken;
    }
    return groups;
  }

  function named(words) {
    const plain = words.map(fold);
    const singular = plain.map((each) => each.replace(/(?<=...)[sx]$/, ""));
    for (const key of [words, plain, singular, plain.map((each) => `${each}s`)]) {
      const found = names.get(key.join(" "));
      if (found) return found;
    }
    return null;
  }

  function matched(group, fallback, reader, keeps) {
    const one = (word) => best(alternatives(word, fallback).filter(keeps), reader);
    const typed = group.words.map(one);
    if (!typed.length) return best(group.others, reader);
    const all = typed.length === 1 ? typed[0] : sum(typed, typed.length);
    const own = group.whole ? sum([all, one(group.whole)], 1) : all;
    return group.others.length ? max(own, best(group.others, reader)) : own;
  }

  // Nearest known word, within one edit, or two in a long word.
  function corrected(word) {
    const plain = fold(word);
    if (plain.length < 4 || !/^\p{L}+$/u.test(plain)) return word;
    const limit = plain.length < 6 ? 1 : 2;
    let nearest = word;
    let lowest = limit + 1;
    for (const known of Object.keys(data.words)) {
      if (Math.abs(known.length - plain.length) > limit) continue;
      const edits = distance(plain, fold(known), limit);
      if (edits > limit) continue;
      const of = data.words[known];
      const count = Math.max(
        ...[of[0], of[1]].map((term) => (term < 0 ? 0 : data.terms[term][1].length)),
      );
      if (!count) continue;
      const other = known[0] === plain[0] ? 0 : 0.5;
      const cost = edits + other - 0.3 * Math.log10(1 + count);
      if (cost < lowest) [nearest, lowest] = [known, cost];
    }
    return nearest;
  }

  // Edits by insertion, deletion, substitution, or exchange of two letters side by side.
  function distance(one, other, limit) {
    let before = null;
    let row = Array.from({ length: other.length + 1 }, (_, index) => index);
    for (let i = 1; i <= one.length; i += 1) {
      const next = [i];
      for (let j = 1; j <= other.length; j += 1) {
        const cost = one[i - 1] === other[j - 1] ? 0 : 1;
        next[j] = Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + cost);
        const isSwap =
          before && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
        if (isSwap) next[j] = Math.min(next[j], before[j - 2] + 1);
      }
      if (Math.min(...next) > limit) return limit + 1;
      [before, row] = [row, next];
    }
    return row[other.length];
  }

  // One spelling for all those of the code of a record, as `record_code` returns it.
  const PREFIXES = {
    d: "d", deliverable: "d", livrable: "d", n: "n", besoin: "n", need: "n", w: "w",
    rec: "rec", reco: "rec", recommandation: "rec", recommendation: "rec", ws: "w",
    atelier: "w", workshop: "w",
  };
  const CODE = new RegExp(
    `^(?:(?<word>${Object.keys(PREFIXES)
      .sort((a, b) => b.length - a.length)
      .join("|")})[\\s.\\-_]*)?(?:(?:n[o°º]|num(?:ero|ber)|#)[\\s.]*)?` +
      "(?<letter>[a-z])?[\\s.\\-_]*(?<number>\\d{1,3})(?:[\\s.,\\-_]+(?<part>\\d{1,3}))?$",
  );

  function recordCode(text) {
    const found = CODE.exec(fold(text.toLowerCase()).trim());
    if (!found) return "";
    const { word, letter, number, part } = found.groups;
    const prefix = PREFIXES[word ?? letter ?? ""];
    if (!prefix || (word && letter && PREFIXES[letter] !== prefix)) return "";
    return `${prefix}${Number(number)}${part ? `.${Number(part)}` : ""}`;
  }

  // The first date of a text, as a phrase in the reader's language, and the other text.
  const DATE =
    /(?<y>\d{4})-(?<m>\d{1,2})-(?<d>\d{1,2})|(?<d2>\d{1,2})[/.-](?<m2>\d{1,2})[/.-](?<y2>\d{4})|(?:(?<d3>\d{1,2})(?:er|st|nd|rd|th)? )?(?<name>\p{L}{3,})\.? (?<y3>\d{4})(?!\d)/u;

  function dated(text, reader) {
    const found = DATE.exec(fold(text.toLowerCase()));
    if (!found) return null;
    const { y, m, d, d2, m2, y2, d3, name, y3 } = found.groups;
    const isMonth = (each) => name && each.startsWith(name);
    const named = LOCALES.map((each) => data.months[each].findIndex(isMonth));
    const month = name ? Math.max(...named) : Number(m ?? m2) - 1;
    if (!data.months[reader][month]) return null;
    const day = Number(d ?? d2 ?? d3 ?? 0);
    const first = day === 1 && reader === "fr" ? "1er" : String(day);
    const words = [data.months[reader][month], y ?? y2 ?? y3];
    const phrase = (day ? [first, ...words] : words).join(" ");
    const rest = text.slice(0, found.index) + text.slice(found.index + found[0].length);
    const numbers = [words[1], month + 1, ...(day ? [day] : [])];
    const iso = numbers.map((each) => String(each).padStart(2, "0")).join("-");
    return { term: data.dates[phrase] ?? -1, rest, iso };
  }

  const places = new Map(
    LOCALES.flatMap((each) => Object.entries(data.facets.place.labels[each]))
      .filter(([value]) => value !== "not-known")
      .map(([value, name]) => [plainName(name), value]),
  );
  const PLACE = new RegExp(
    `(?<![\\p{L}\\d])(?:${[...places.keys()]
      .sort((a, b) => b.length - a.length)
      .map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
      .join("|") || "(?!)"})(?![\\p{L}\\d])`,
    "gu",
  );

  function plainName(text) {
    return fold(text.toLowerCase()).replace(/[’ʼʹ´′＇]/g, "'");
  }

  // The places that a text names; “nice” is one with a capital only.
  function placesIn(text) {
    const found = [...plainName(text).matchAll(PLACE)].map(([name]) => name);
    return found
      .filter((name) => name !== "nice" || text.includes("Nice"))
      .map((name) => places.get(name));
  }

  const isShown = (id, filters) =>
    Object.entries(filters).every(([facet, values]) =>
      values.some((value) =>
        facet === "kind"
          ? data.records[id].kind === value
          : (data.records[id].facets[facet] ?? []).includes(value),
      ),
    );

  // Returns the numbers of records in order, and those that match only in part.
  function search(text, reader, filters = {}) {
    const date = recordCode(text) ? null : dated(text, reader);
    const typed = (date ? date.rest : text).split(/\s+/).map(tokenize).filter((each) => each.length);
    const all = [...data.records.keys()];
    if (!typed.length && !date) {
      const listed = byTitle(all.filter((id) => isShown(id, filters)), reader);
      return { ids: withLast(listed, 0), partial: new Set(), corrected: "" };
    }
    // The data of one language has no list of right words: nothing is corrected there.
    const isRight = (word) =>
      !data.correct || entry(word) || correct.has(fold(word)) || LOCALES.some((each) => isStop(word, each));
    const atoms = typed.map((atom) =>
      atom.length > 1 || isRight(atom[0]) ? atom : [corrected(atom[0])],
    );
    const read = { date, places: placesIn(text) };
    const result = ranked(atoms, reader, filters, recordCode(text), read);
    const isCorrected = atoms.some((atom, index) => atom[0] !== typed[index][0]);
    return { ...result, corrected: isCorrected ? atoms.map((a) => a[0]).join(" ") : "" };
  }

  // All words of a code, or its usual spelling: no word is dropped.
  function coded(atoms, code) {
    const of = known(code);
    const others = of ? [[of[0], 1], [of[1], 1]] : [];
    return { words: atoms.flat(), others };
  }

  // Beside a term of several words, which is the subject, one of two or three other
  // words is not enough.
  function aboutTerms(found, groups, parts) {
    const isTerm = (each) => each.others.length && each.words.length > 1;
    const terms = parts.filter((_, index) => isTerm(groups[index]));
    if (!terms.length || ![2, 3].includes(parts.length - terms.length)) return found;
    const allowed = [sum(terms, 1).records, sum(parts, 2).records];
    for (const id of found.records.keys()) {
      if (!allowed.some((each) => each.has(id))) found.records.delete(id);
    }
    return found;
  }

  function ranked(atoms, reader, filters, code, read) {
    const fallback = language(atoms.flat(), reader);
    const isSubject = (word) => !ASKING.has(fold(word)) && !isStop(word, fallback);
    const all = code ? [coded(atoms, code)] : grouped(atoms);
    const groups = all
      .map((group) => ({ ...group, words: group.words.filter(isSubject) }))
      .filter((group) => group.words.length);
    if (read.date) groups.push({ words: [], others: [[read.date.term, 1]] });
    const parts = groups.map((each) => matched(each, fallback, reader, () => true));
    const strict = groups.map((each) =>
      matched(each, fallback, reader, (of) => !of[2]),
    );
    let found = sum(parts, parts.length);
    let isWhole = true;
    const dropped = [];
    if (parts.length >= data.sentence) {
      dropped.push([parts, 1]);
    } else {
      if (parts.length > 1) dropped.push([parts, parts.length - 1]);
      if (parts.length > 2) dropped.push([parts, 1]);
    }
    for (const [some, count] of dropped) {
      if (found.records.size >= data.few && parts.length < data.sentence) break;
      const any = sum(some, count);
      const wider = count > 1 ? any : aboutTerms(any, groups, parts);
      if (wider.records.size > found.records.size) {
        found = wider;
        isWhole = false;
      }
    }
    let exact = sum(strict, strict.length).records;
    if (!exact.size && isWhole) exact = found.records;
    const scored = order(found, reader, atoms.flat().map(fold).join(" "), code, read);
    const asked = atoms.flat().filter(isSubject).length;
    const isPartial = exact.size < data.few && asked >= data.leastWords;
    const ordered = isPartial ? linked(scored, exact) : scored.map(([id]) => id);
    const isResult = ({ kind }) => kind !== "page" || filters.kind?.includes(kind);
    const shown = ordered.filter(
      (id) => isResult(data.records[id]) && isShown(id, filters),
    );
    const ids = withLast(shown, data.keptPlaces);
    const partial = new Set(ids.filter((id) => !exact.has(id)));
    const isFiltered = Object.keys(filters).length > 0;
    const answer = isFiltered ? null : answered(ids, partial, groups, parts, exact.size);
    return { ids, partial, answer };
  }

  // Records with little more than a title come after the others, but for the first.
  function withLast(ids, kept) {
    const late = ids.filter((id, place) => place >= kept && data.records[id].last);
    return [...ids.filter((id) => !late.includes(id)), ...late];
  }

  // The need that the first results agree on, and their answers to it, by the rules of
  // `kb.web.search.answer`; null where they do not agree or lack words of the question.
  function answered(ids, partial, groups, parts, exactTotal) {
    const rules = data.answer;
    if (groups.length < rules.words) return null;
    const votes = new Map();
    const vote = (need, weight) => votes.set(need, (votes.get(need) ?? 0) + weight);
    const first = ids.slice(0, rules.among);
    first.forEach((id, place) => {
      const weight = (partial.has(id) ? rules.partial : 1) / (place + 1);
      const { kind, needs } = data.records[id];
      if (kind === "need") vote(id, rules.need * weight);
      for (const need of needs) vote(need, weight / Math.sqrt(needs.length));
    });
    const cast = [...votes.values()].reduce((total, each) => total + each, 0);
    const [need, score] = [...votes].reduce(
      (best, each) => (each[1] > best[1] ? each : best), [-1, 0],
    );
    if (!first.includes(need) || score < rules.share * cast) return null;
    const of = (kind, [among, most]) =>
      ids
        .slice(0, among)
        .filter((id) => data.records[id].kind === kind)
        .filter((id) => data.records[id].needs.includes(need))
        .slice(0, most);
    const practices = of("practice", rules.practices);
    const recommendations = of("recommendation", rules.recommendations);
    const covered = coverage(groups, parts);
    const shares = [need, ...practices, ...recommendations].map(covered);
    const isCovered =
      Math.max(...shares) >= rules.covered && shares[0] >= rules.coveredByNeed;
    if (!practices.length || !(exactTotal || isCovered)) return null;
    const all = data.records.filter(
      ({ kind, needs }) => kind === "practice" && needs.includes(need),
    );
    const used = [need, ...practices, ...recommendations];
    const isNarrow = all.length <= rules.narrow;
    const isNeedFirst = ids.find((id) => used.includes(id)) === need;
    const closest = isNarrow && isNeedFirst ? need : practices[0];
    return { need, closest, practices, recommendations };
  }

  // Returns the share of the words of a question that a record has, weighted by rarity.
  function coverage(groups, parts) {
    const total = data.records.length;
    const weights = parts.map((part, index) => {
      const count = Math.max(part.records.size, data.answer.rare);
      const rarity = Math.log(1 + (total - count + 0.5) / (count + 0.5));
      return Math.max(1, groups[index].words.length) * rarity;
    });
    const sumOf = (list) => list.reduce((before, each) => before + each, 0);
    const whole = sumOf(weights);
    return (id) =>
      sumOf(weights.filter((_, index) => parts[index].records.has(id))) / whole;
  }

  // Whether a query is the whole title of a record, or its code.
  function isNamed(id, words, code) {
    const record = data.records[id];
    const titles = LOCALES.filter((each) => record[each]).map((each) =>
      tokenize(record[each].title).map(fold).join(" "),
    );
    return titles.includes(words) || (code && recordCode(record.id.split("/")[1]) === code);
  }

  const isLost = ([id, , isTitle]) => data.records[id].lost && !isTitle;

  // Records of the typed date and places come higher, and those that nobody has found
  // last of the best, unless they are named.
  function order(found, reader, words, code, { date, places: asked }) {
    const highest = Math.max(0, ...found.records.values());
    const passages = new Map();
    for (const [passage, score] of found.passages) {
      const record = data.passages[passage];
      if (score > (passages.get(record) ?? 0)) passages.set(record, score);
    }
    const scored = [...found.records].map(([id, score]) => {
      const isOfDate = date && data.records[id].date.startsWith(date.iso);
      const alone = score + data.bestPassage * (passages.get(id) ?? 0);
      const among = data.records[id].facets.place ?? [];
      const whole =
        alone * (isOfDate ? OF_DATE : 1) *
        (asked.some((place) => among.includes(place)) ? OF_PLACE : 1);
      const isTitle = isNamed(id, words, code);
      const bonus = isTitle ? highest * data.namedFactor : 0;
      return [id, whole + bonus, isTitle];
    });
    const title = (id) => data.records[id][reader].title;
    const sorted = () =>
      scored.sort(
        (a, b) => b[1] - a[1] || title(a[0]).localeCompare(title(b[0]), reader),
      );
    const least = sorted().slice(0, data.reranked).at(-1)?.[1];
    for (const each of scored) {
      if (isLost(each)) each[1] = Math.min(each[1], least);
    }
    return sorted();
  }

  // Partial matches by words and links, as `indexer.search.rank_fusion.fused` orders
  // them where no closeness in meaning is known; exact ones keep their places.
  function linked(scored, exact) {
    const best = scored.slice(0, data.reranked);
    const isFixed = (each) => each[2] || exact.has(each[0]) || isLost(each);
    const moved = best.filter((each) => !isFixed(each));
    if (!moved.length) return scored.map(([id]) => id);
    const mean = moved.reduce((total, each) => total + each[1], 0) / moved.length;
    const squares = moved.reduce((total, each) => total + (each[1] - mean) ** 2, 0);
    const deviation = Math.sqrt(squares / moved.length) || 1;
    const merits = new Map(
      best.map(([id, score]) => [
        id, Math.min((score - mean) / deviation, data.mostDeviations),
      ]),
    );
    const last = Math.min(...merits.values());
    const whole = (id) =>
      merits.get(id) +
      data.neighbourShare *
        Math.max(
          0,
          ...data.records[id].linked
            .filter((each) => merits.has(each))
            .map((each) => merits.get(each) - last),
        );
    const ordered = moved.map(([id]) => id).sort((a, b) => whole(b) - whole(a));
    const placed = best.map((each) => (isFixed(each) ? each[0] : ordered.shift()));
    return [...placed, ...scored.slice(data.reranked).map(([id]) => id)];
  }

  function byTitle(ids, reader) {
    const title = (id) => data.records[id][reader].title;
    return ids.sort((a, b) => title(a).localeCompare(title(b), reader));
  }

  return { search, tokenize, data };
})();
