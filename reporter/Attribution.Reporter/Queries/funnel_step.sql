arrayMap(
    (time, mask, after) -> if(bitTest(mask, $bit), arrayPushFront(after, time), emptyArrayInt64()),
    times,
    masks,
    arrayReverseFill(
        (path, last) -> last, arrayPushBack(arrayPopFront(chains_$next), emptyArrayInt64()), is_last))
    AS taken_$step,
arrayReverseFill(
    (path, mask, time, last) -> bitTest(mask, $bit) OR time = -1 OR ({strict:Bool} AND last),
    taken_$step,
    masks,
    times,
    is_last) AS chains_$step,
