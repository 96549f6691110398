(has(
    arrayMap(text -> length(text) * 256 + bitOr(ascii(text), 32), {ignored:Array(String)}),
    length($column) * 256 + bitOr(ascii($column), 32))
    AND has({ignored:Array(String)}, lower($column)))
