/** What a language must have when another has `Texts`: the same keys, any wording. */
export type Shape<Texts> = Texts extends string
  ? string
  : Texts extends (...given: infer Given) => infer Said
    ? (...given: Given) => Shape<Said>
    : { [Key in keyof Texts]: Shape<Texts[Key]> };
